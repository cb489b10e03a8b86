"""`hallmonitor products`: what we can read, and what comes out of it."""

import textwrap
from collections.abc import Iterable
from datetime import timedelta

import click
import msgspec
from rich.console import Console
from rich.table import Table

from producers.catalog import PRODUCTS
from producers.product import Product

_USUAL = timedelta(minutes=5)  # what docs/products.md says of those it says nothing of
_PIPED_WIDTH = 160  # columns; a pipe has none of its own


@click.command(name="products")
@click.option("--json", "as_json", is_flag=True, help="A JSON array instead of a table.")
def command(as_json: bool) -> None:
    """List every product whose logs can be read, with its category and the events that its logs give."""
    products = [PRODUCTS[name] for name in sorted(PRODUCTS)]
    if as_json:
        click.echo(msgspec.json.encode([_row(product) for product in products]))
        return
    table = Table("product", "what it is", "category", "yields")
    for product in products:
        table.add_row(product.name, product.title, ", ".join(product.categories), "\n".join(product.yields))
    console = Console()
    if not console.is_terminal:
        console.width = _PIPED_WIDTH
    console.print(table)


def markdown(products: Iterable[Product]) -> str:
    """The products as sections of docs/products.md."""
    return "".join(_section(product) for product in sorted(products, key=lambda product: product.name))


def _section(product: Product) -> str:
    known = [f"`{action}`" for action in sorted(product.yields) if action != "record.unrecognised"]
    readme = f"[README](../producers/{product.name}/README.md)"
    paragraphs = (
        f"{product.title}. Categories: {', '.join(product.categories)}. {readme}",
        product.about + ("" if product.lateness == _USUAL else f" A record may come {_late(product.lateness)} late."),
        f"Yields {', '.join(known)}.",
    )
    wrapped = (textwrap.fill(text, 118, break_on_hyphens=False, break_long_words=False) for text in paragraphs)
    return f"## {product.name}\n\n" + "\n\n".join(wrapped) + "\n\n"


def _late(lateness: timedelta) -> str:
    minutes = round(lateness.total_seconds() / 60)
    return f"{minutes // 60} hours" if minutes >= 60 else f"{minutes} minutes"


def _row(product: Product) -> dict[str, object]:
    return {
        "product": product.name,
        "title": product.title,
        "about": product.about,
        "categories": product.categories,
        "yields": product.yields,
        "framing": product.framing,
        "lateness_seconds": product.lateness.total_seconds(),
    }
