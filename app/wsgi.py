"""For a production server: ``gunicorn --threads 32 app.wsgi:application``."""

from app.commands.serve import start_production

application = start_production()
