"""The site: settings, addresses, serving. Nothing imports it but itself."""
