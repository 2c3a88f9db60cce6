"""How often one network may ask for a match, by page and API together."""

from hub.core.limits import Limit

MATCHES = Limit("error-match", 120, 600)
