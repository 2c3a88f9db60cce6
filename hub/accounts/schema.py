"""How the API describes the keys; a module of its own, since the framework loads the rest while it starts."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class KeyScheme(OpenApiAuthenticationExtension):
    """A bearer key (OpenAPI 3.1, security scheme object)."""

    target_class = "hub.accounts.access.KeyAuthentication"
    name = "accessKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        words = "A key that an editor made at /accounts/keys/."
        return {"type": "http", "scheme": "bearer", "description": words}
