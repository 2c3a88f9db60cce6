"""The body of an API request."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class JSONBodyParser(JSONParser):
    """JSON; like any other broken body, these are refused (400):

    what is nested deeper than Python reads, and half a surrogate pair, which no answer and no database could
    hold (RFC 7493, 2.1).
    """

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            data = super().parse(*args, **kwargs)
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError("JSON parse error - nested too deeply") from None
        except UnicodeEncodeError:
            raise ParseError("JSON parse error - half a surrogate pair") from None
        return data
