"""Where contributions come in, and the pages behind a submission's link."""

from django.urls import path

from contributions.views import following, proposing, writing

app_name = "contributions"

urlpatterns = [
    path("testimonials/", writing.testimonials, name="testimonials"),
    path("contribute/", proposing.start, name="start"),
    path("contribute/sent/", proposing.sent, name="sent"),
    path("contribute/erased/", following.erased, name="erased"),
    path("contribute/entry/<str:public_id>/", proposing.correct, name="correct"),
    path("contribute/<slug:kind_path>/", proposing.new, name="new"),
    path("c/<str:token>/", following.status, name="status"),
    path("c/<str:token>/confirm/", following.confirm, name="confirm"),
    path("c/<str:token>/revise/", following.revise, name="revise"),
    path("c/<str:token>/merge/", following.merge, name="merge"),
    path("c/<str:token>/withdraw/", following.withdraw, name="withdraw"),
    path("c/<str:token>/reopen/", following.reopen, name="reopen"),
    path("c/<str:token>/new-link/", following.new_link, name="new_link"),
    path("c/<str:token>/erase/", following.erase, name="erase"),
]
