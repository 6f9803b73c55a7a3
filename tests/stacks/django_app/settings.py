"""Settings of the application; what is not named is left at the frameworks' defaults."""

ALLOWED_HOSTS = ["*"]
SECRET_KEY = "not a secret: nothing is signed"
ROOT_URLCONF = "app"
INSTALLED_APPS = ["rest_framework"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["access.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["access.MayWrite"],
    "EXCEPTION_HANDLER": "errors.as_documented",
    "UNAUTHENTICATED_USER": None,
}
