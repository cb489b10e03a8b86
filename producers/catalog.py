"""Every product we read, by name; a new one is one folder and one line here."""

from producers import cisco_asa, freeradius, isc_dhcp, openvpn, sshd
from producers.product import Product

_ALL: tuple[Product, ...] = (
    cisco_asa.PRODUCT,
    freeradius.PRODUCT,
    isc_dhcp.PRODUCT,
    openvpn.PRODUCT,
    sshd.PRODUCT,
)
PRODUCTS: dict[str, Product] = {product.name: product for product in _ALL}
