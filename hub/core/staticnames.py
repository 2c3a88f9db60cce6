"""Static files under hashed names, with the imports between JavaScript modules rewritten to them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedNames(CompressedManifestStaticFilesStorage):
    """``import "./redaction.js"`` asks for the file's hashed name; only that one is served."""

    support_js_module_import_aggregation = True
