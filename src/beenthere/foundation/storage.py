from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, those that scripts import from each other too: a new release never
    meets an old script in a cache."""

    support_js_module_import_aggregation = True
