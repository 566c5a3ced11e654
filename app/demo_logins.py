"""The demo's accounts, one a role: shown when the demo starts and on its sign-in page."""

PASSWORD = "dawra-demo-2027"  # noqa: S105 - the demo's, printed for everyone

LOGINS = (
    ("gestion@dawra.example", "Gestionnaire · Marrakech, Fquih Ben Salah, Fès"),
    ("commission@dawra.example", "Commission · Fès, Chemmaïne-Sbitriyine"),
    ("animation@dawra.example", "Animatrice · Marrakech"),
    ("accueil@dawra.example", "Agent d'accueil · Fquih Ben Salah"),
    ("artisane@dawra.example", "Artisane · poterie, Marrakech"),
    ("cooperative@dawra.example", "Coopérative · tissage, Béni Mellal-Khénifra"),
    ("programme@dawra.example", "Administration du programme"),
)
