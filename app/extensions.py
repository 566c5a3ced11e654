"""Flask extensions, unbound; ``app.factory`` binds them."""

from __future__ import annotations

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from app.models.base import Base

# Only its session is used: our models stand on their own base, so that leaving the extension stays a small step.
db = SQLAlchemy(metadata=Base.metadata)
babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)
