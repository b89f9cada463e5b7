from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "aijri_site"
