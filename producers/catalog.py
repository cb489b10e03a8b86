"""Every product we read, by name; a new one is one folder and one line here."""

from producers import (
    cisco_asa,
    cisco_ise,
    duo,
    entra_id,
    fortigate,
    freeradius,
    google_workspace,
    intune,
    isc_dhcp,
    jamf,
    meraki,
    okta,
    openvpn,
    palo_alto,
    squid,
    sshd,
    umbrella,
    windows_dhcp,
    windows_security,
)
from producers.product import Product

_ALL: tuple[Product, ...] = (
    cisco_asa.PRODUCT,
    cisco_ise.PRODUCT,
    duo.PRODUCT,
    entra_id.PRODUCT,
    fortigate.PRODUCT,
    freeradius.PRODUCT,
    google_workspace.PRODUCT,
    intune.PRODUCT,
    isc_dhcp.PRODUCT,
    jamf.PRODUCT,
    meraki.PRODUCT,
    okta.PRODUCT,
    openvpn.PRODUCT,
    palo_alto.PRODUCT,
    squid.PRODUCT,
    sshd.PRODUCT,
    umbrella.PRODUCT,
    windows_dhcp.PRODUCT,
    windows_security.PRODUCT,
)
PRODUCTS: dict[str, Product] = {product.name: product for product in _ALL}
