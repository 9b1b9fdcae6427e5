"""Writes countries.tsv: ISO 3166-1 codes with the country's name in the languages that customs rows use.

Source: Unicode CLDR territory names through the `babel` package (Unicode-3.0 licence) and ISO 3166-1 codes through
`pycountry`. Rebuild: `pip install babel pycountry && python countries.py > countries.tsv`.
"""

import pycountry
from babel import Locale

LANGUAGES = "en ru uk be kk zh zh_Hant ja ko ar fa he tr de fr es pt it pl nl vi id th el ka hy az uz".split()

locales = [Locale.parse(language) for language in LANGUAGES]
print("iso2", "iso3", *LANGUAGES, sep="\t")
countries = sorted((c.alpha_2, c.alpha_3) for c in pycountry.countries) + [("XK", "XKX")]
for iso2, iso3 in countries:
    print(iso2, iso3, *(locale.territories.get(iso2, "") for locale in locales), sep="\t")
