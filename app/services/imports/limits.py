"""How large a file may be: small enough to answer in seconds on a small machine."""

BYTES = 5_000_000
ROWS = 10_000  # below the titles
COLUMNS = 60
CELL = 4_000  # characters
UNZIPPED = 60_000_000  # bytes of all parts of a workbook together
PARTS = 300  # files inside a workbook
