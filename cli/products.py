"""`hallmonitor products`: what we can read, and what comes out of it."""

import click
import msgspec
from rich.console import Console
from rich.table import Table

from producers.catalog import PRODUCTS
from producers.product import Product

_PIPED_WIDTH = 160  # columns; a pipe has none of its own


@click.command(name="products")
@click.option("--json", "as_json", is_flag=True, help="A JSON array instead of a table.")
def command(as_json: bool) -> None:
    """List every product it reads, with its category, and what it yields."""
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


def _row(product: Product) -> dict[str, object]:
    return {
        "product": product.name,
        "title": product.title,
        "categories": product.categories,
        "yields": product.yields,
        "framing": product.framing,
        "lateness_seconds": product.lateness.total_seconds(),
    }
