"""Python imports this module when it starts, wherever it stands on the path."""

import watching  # noqa: F401 - importing it is all
