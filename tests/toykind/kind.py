from typing import Any

from hub.core.catalogue import Kind, register
from tests.toykind.forms import ToyForm
from tests.toykind.models import Toy


@register
class ToyKind(Kind):
    name = "toy"
    namespace = "toykind"
    path = "toys"
    label = "Toy"
    label_plural = "Toys"
    number = 7
    title = "Toys"
    blurb = "Things to think with."
    unit = "toys"

    model = Toy
    form = ToyForm
    urls = "tests.toykind.urls"
    viewset = "tests.toykind.api.ToyViewSet"
    card_template = "toykind/_card.html"

    def id_prefix(self, data: dict[str, Any], technology_code: str) -> str:
        return "TOY"

    def columns(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"pieces": data["pieces"]}

    def exact_text(self, data: dict[str, Any]) -> str:
        return f"{data['pieces']} pieces"
