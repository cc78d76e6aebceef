"""The local pages: a server on the loopback for one person, without scripts and without anything from elsewhere."""
