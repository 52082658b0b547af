"""How the site of the docs is built, of the pages and in the language of tools/build_site.py."""

project = "funnelcli"
author = "The funnelcli developers"
html_title = "funnelcli"

extensions = ["myst_parser"]
# Links to headings, by the anchors that GitHub makes of them.
myst_heading_anchors = 4
# What is quoted and dashed on a page is meant so: "--due" is no dash.
smartquotes = False
highlight_language = "none"
templates_path = ["."]

html_theme = "furo"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
# No index of terms: there are none.
html_use_index = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_theme_options = {"top_of_page_buttons": []}
pygments_style = "friendly"
pygments_dark_style = "monokai"
