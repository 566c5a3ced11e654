"""Start web servers or workers, each a fork of this process: a new one stands as soon as one dies.

``nursery.py web PORT`` or ``nursery.py worker``; each child's process id is written to standard output.
"""

import os
import signal
import socket
import sys

import waitress

from app import create_app
from app.jobs.worker import WorkerLoop
from app.settings import Settings


def main() -> None:
    listening = None
    if sys.argv[1] == "web":
        listening = socket.create_server(("127.0.0.1", int(sys.argv[2])), backlog=64)
    app = create_app(Settings())  # before the first fork, with no connection open yet
    child = 0

    def end(*_: object) -> None:
        if child:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    while True:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            if listening:
                waitress.create_server(app, sockets=[listening], threads=8).run()
            else:
                WorkerLoop(app).run()
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
