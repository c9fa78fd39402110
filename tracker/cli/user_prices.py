"""The user's prices of models, for the commands that show what commits cost."""

from collections.abc import Mapping

from tracker.cli import output
from tracker.errors import ConfigError
from tracker.project.settings import user_prices_path
from tracker.reports.prices import Prices, read_prices


def user_prices(places: Mapping[str, str] | None = None) -> Prices:
    """Return the user's prices; a file that is wrong is a warning, and then there are none.

    ``places``: the variables that say where the user's files are, by default this process's.
    """
    try:
        return read_prices(user_prices_path(places))
    except ConfigError as error:
        output.warn(str(error))
    except RuntimeError:  # an account without a home has no such file
        pass
    return Prices({})
