"""How often one may knock: limits shared by groups of pages, from the settings."""

from __future__ import annotations

from flask import current_app
from flask_limiter.util import get_remote_address
from flask_security import current_user

from app.extensions import limiter


def _account() -> str:
    return f"user:{current_user.id}" if current_user.is_authenticated else get_remote_address()


#: For pages that guess passwords or tokens, or send mail to strangers: ``login_rate`` from one address.
limit_sign_in = limiter.shared_limit(
    lambda: current_app.extensions["settings"].login_rate, scope="sign-in", methods=["POST"]
)

#: For pages that keep what a person submits: ``submit_rate`` by one account.
limit_submit = limiter.shared_limit(
    lambda: current_app.extensions["settings"].submit_rate, scope="submit", methods=["POST"], key_func=_account
)
