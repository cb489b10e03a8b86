"""Parts of a violation as HTML, pure: the screen and the printed page are made of the same ones."""
