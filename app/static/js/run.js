// Keep the progress of each job on the page in step: by events, or by asking every two seconds where none pass.
function follow(box) {
  function show(told) {
    (box.querySelector("[data-told]") || box).innerHTML = told.html;
    if (told.ended) {
      window.location.reload();
    }
    return told.ended;
  }

  async function ask() {
    try {
      const answer = await fetch(box.dataset.status, { headers: { Accept: "application/json" } });
      if (answer.ok && show(await answer.json())) {
        return;
      }
    } catch {
      // the network may come back
    }
    window.setTimeout(ask, 2000);
  }

  function listen() {
    const source = new EventSource(box.dataset.events);
    let heard = false;
    const take = (event) => {
      heard = true;
      if (show(JSON.parse(event.data))) {
        source.close();
      }
    };
    source.addEventListener("progress", take);
    source.addEventListener("end", take);
    source.addEventListener("error", () => {
      if (!heard || source.readyState === EventSource.CLOSED) {
        source.close();
        ask();
      }
    });
  }

  if ("EventSource" in window) {
    listen();
  } else {
    ask();
  }
}

document.querySelectorAll("[data-events]").forEach(follow);
