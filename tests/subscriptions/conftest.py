from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def mailbox(settings: Any, tmp_path: Path) -> Path:
    """The folder into which a drain writes mails as files."""
    settings.EMAIL_URL, settings.MAIL_DIR = "", tmp_path
    return tmp_path
