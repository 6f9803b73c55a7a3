"""Settings of the application; what is not named is left at the frameworks' defaults."""

ALLOWED_HOSTS = ["*"]
SECRET_KEY = "not a secret: nothing is signed"
ROOT_URLCONF = "django_app"
INSTALLED_APPS = ["rest_framework"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["django_access.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["django_access.MayWrite"],
    "EXCEPTION_HANDLER": "django_errors.as_documented",
    "UNAUTHENTICATED_USER": None,
}
