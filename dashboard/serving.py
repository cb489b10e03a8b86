"""How Streamlit is started for our pages: the command, its settings, and the colors of both themes."""

import os
import sys
from pathlib import Path

APP = Path(__file__).with_name("app.py")
SERVER = Path(__file__).with_name("server.py")
LOOPBACK = "127.0.0.1"
PORT = 8501
UPLOAD_MB = 50  # a file of a case; larger ones are added at the command line
_SERVER = {
    "browser.serverAddress": LOOPBACK,
    "browser.gatherUsageStats": "false",
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": "false",
    "server.maxUploadSize": str(UPLOAD_MB),
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",  # they would send the words of an error to a search engine
    "logger.level": "warning",
    # What is drawn as a table can be taken away only through our own buttons, which guard against formulas.
    "client.disableDataExport": "true",
}
_THEME = {
    "theme.font": "system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif",
    "theme.codeFont": "ui-monospace, 'DejaVu Sans Mono', Consolas, monospace",
    "theme.baseFontSize": "15",
    "theme.baseRadius": "4px",
    "theme.showWidgetBorder": "true",
    "theme.light.primaryColor": "#1f5f7a",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f4f6f8",
    "theme.light.textColor": "#17202a",
    "theme.light.linkColor": "#175a76",
    "theme.dark.primaryColor": "#7cc4de",
    "theme.dark.backgroundColor": "#14191e",
    "theme.dark.secondaryBackgroundColor": "#1d242b",
    "theme.dark.textColor": "#e4e9ee",
    "theme.dark.linkColor": "#8fd0e8",
}


def command(port: int, headless: bool = True) -> list[str]:
    """What to run to serve the pages: on loopback, unless STREAMLIT_SERVER_ADDRESS says another address.

    The addresses of the servers come from the environment.
    """
    inside = {"server.address": os.environ.get("STREAMLIT_SERVER_ADDRESS", LOOPBACK)}  # a container publishes its own
    told = {**_SERVER, **inside, **_THEME, "server.port": str(port), "server.headless": str(headless).lower()}
    options = [part for name, value in told.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(SERVER), *options]
