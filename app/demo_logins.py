"""The demo's accounts, one a role: shown when the demo starts and on its sign-in page."""

from app.i18n import _l

PASSWORD = "dawra-demo-2027"  # noqa: S105 - the demo's, printed for everyone

LOGINS = (
    ("gestion@dawra.example", _l("Gestionnaire · Marrakech, Fquih Ben Salah, Fès")),
    ("commission@dawra.example", _l("Commission · Fès, Chemmaïne-Sbitriyine")),
    ("animation@dawra.example", _l("Animatrice · Marrakech")),
    ("accueil@dawra.example", _l("Agent d'accueil · Fquih Ben Salah")),
    ("artisane@dawra.example", _l("Artisane · poterie, Marrakech")),
    ("cooperative@dawra.example", _l("Coopérative · tissage, Béni Mellal-Khénifra")),
    ("dinandier@dawra.example", _l("Maâlem · dinanderie, candidat à Fès")),
    ("programme@dawra.example", _l("Administration du programme")),
)
