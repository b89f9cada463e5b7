"""Colours of pictures that leave the site: there no style sheet of ours reaches them. The light tokens of
``static/css/tokens.css``, which a test holds them against."""

INK, INK_SOFT, PAPER, RULE = "#1a2027", "#535c66", "#fcfcf9", "#dcdfd8"
ZONE_FILL = {"green": "#17786d", "yellow": "#a07407", "red": "#ad4129"}
ZONE_INK = {"green": "#0d5c54", "yellow": "#6b4f00", "red": "#8c2d1b"}
ZONE_TINT = {"green": "#dff0ec", "yellow": "#f6ecd0", "red": "#f8e3dd"}
ZONE_MARK = {"green": "▲", "yellow": "◆", "red": "▼"}
