"""The addresses of questions, under /questions/."""

from django.urls import path

from hub.core.caching import content_page
from hub.core.reading import entry_paths
from questions.views import QuestionDetail, QuestionList, follow_up_threads, question_set, question_sets

app_name = "questions"

urlpatterns = [
    path("", content_page(QuestionList.as_view()), name="list"),
    path("sets/", content_page(question_sets), name="sets"),
    path("follow-ups/", content_page(follow_up_threads), name="follow_ups"),
    path("sets/<slug:slug>/", content_page(question_set), name="set"),
    path("<slug:technology>/", content_page(QuestionList.as_view()), name="technology"),
    *entry_paths("<slug:technology>/<slug:slug>", QuestionDetail),
]
