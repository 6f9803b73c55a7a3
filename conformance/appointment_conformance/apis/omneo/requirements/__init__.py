"""The requirements of Omneo's contract, one module a section, in the order of the catalogue."""

SECTIONS = (
    "success",
    "type",
    "id",
    "body",
    "errors",
    "path",
    "credentials",
    "method",
    "link",
    "unlink",
    "race",
    "accounts",
)
