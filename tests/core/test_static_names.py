"""What production serves under hashed names holds together: every import of a module leads to a file."""

import re

from django.core.management import call_command


def test_every_import_between_modules_leads_to_a_file_that_is_served(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "hub.core.staticnames.HashedNames"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    modules = [path for path in (tmp_path / "js").glob("*.js") if path.is_file()]
    imports = [
        (path, name)
        for path in modules
        for name in re.findall(r'^import [^"]*"\./([^"]+)"', path.read_text(), re.MULTILINE)
    ]
    assert imports
    assert [(path.name, name) for path, name in imports if not (path.parent / name).is_file()] == []
