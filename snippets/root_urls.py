"""The short address of a snippet's text: /s/PY-SNP-007.py."""

from django.urls import path

from snippets.views import SnippetRaw

urlpatterns = [path("s/<slug:public_id>.<slug:extension>", SnippetRaw.as_view(), name="snippet-raw")]
