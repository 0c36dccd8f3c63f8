"""Steps 1 and 2: the text's shape and alphabet, and codes of another kind."""

from collections.abc import Iterator

from credential.barcode import digits_for, encode_digits
from tests.vectors.district import BOOKSHOP, CHAOYANG, HAIDIAN, HAIDIAN_KEY, sealed
from tests.vectors.district import status_list as make_status_list
from tests.vectors.forging import MESSAGE, text_of
from tests.vectors.scenario import TEXT, Layer, Scenario

HERE = Layer("text")
PREFIX = f"HTTPS://{CHAOYANG.host}/L/"
DIGITS = TEXT.removeprefix(PREFIX)
LARGEST = (1 << 8 * len(MESSAGE)) - 1
HAIDIAN_STATUS = make_status_list(issuer=HAIDIAN, signer=HAIDIAN_KEY)


def scenarios() -> Iterator[Scenario]:
    yield from genuine()
    yield from altered()
    yield from addresses()
    yield from other_codes()


def genuine() -> Iterator[Scenario]:
    yield HERE.valid(
        "the-example-of-the-specification",
        "The license that docs/spec/credential.md opens with: genuine, in force, status fresh.",
    )
    yield HERE.valid(
        "a-license-of-another-district",
        "Haidian's license under Haidian's host, Ed25519 key and status list.",
        sealed(BOOKSHOP, HAIDIAN_KEY),
        status_lists=[(0, HAIDIAN_STATUS)],
    )


def altered() -> Iterator[Scenario]:
    def malformed(name: str, description: str, text: str) -> Scenario:
        return HERE.rejected(name, description, text, "text-malformed")

    yield malformed("cut-by-one-digit", "Cut: no byte string has this many digits.", TEXT[:-1])
    yield HERE.rejected(
        "cut-by-one-byte",
        "Cut to the digits of one byte less: a message without its last byte.",
        text_of(MESSAGE[:-1]),
        "envelope-malformed",
    )
    yield HERE.rejected(
        "cut-to-fewer-digits-of-a-byte-string",
        "The last digits cut off so that their count still fits: other bytes altogether.",
        PREFIX + DIGITS[: digits_for(len(MESSAGE) - 2)],
        "envelope-malformed",
    )
    yield malformed("extended-by-one-digit", "One digit too many.", TEXT + "7")
    yield malformed(
        "leading-zero", "A zero in front leaves the number alone.", PREFIX + "0" + DIGITS
    )
    yield malformed(
        "number-too-large",
        "The right count of digits, and a number one above what the bytes can hold.",
        PREFIX + str(LARGEST + 1),
    )
    yield malformed("number-all-nines", "The largest number of so many digits.", PREFIX + "9" * 434)
    yield malformed("no-digits", "Nothing after the path's prefix.", PREFIX)
    yield malformed(
        "1025-bytes",
        "A number of 1,025 bytes: beyond the limit, refused by its length alone.",
        PREFIX + "1" * digits_for(1025),
    )
    yield malformed(
        "more-characters-than-a-symbol-holds",
        "3,000 digits: no symbol holds more than 2,953 characters.",
        PREFIX + "1" * 3000,
    )
    yield malformed(
        "full-width-digits",
        "Digits of another block (U+FF10…) that many programs read as numbers.",
        PREFIX + DIGITS.translate({0x30 + value: 0xFF10 + value for value in range(10)}),
    )
    yield malformed(
        "one-arabic-indic-digit",
        "One digit of U+0660…, of the same value.",
        PREFIX + DIGITS[:-1] + chr(0x660 + int(DIGITS[-1])),
    )
    yield malformed(
        "underscore-among-digits",
        "Python's int() reads underscores; the count of characters fits.",
        PREFIX + DIGITS[:10] + "_" + DIGITS[11:],
    )
    yield malformed("plus-sign", "int() reads a sign, too.", PREFIX + "+" + DIGITS[1:])
    yield malformed(
        "space-among-digits", "A space in the place of a digit.", PREFIX + " " + DIGITS[1:]
    )
    yield malformed("line-feed-at-the-end", "A line feed that a reader appended.", TEXT + "\n")
    yield malformed("query-appended", "A query behind the digits.", TEXT + "?from=poster")
    yield malformed("fragment-appended", "A fragment behind the digits.", TEXT + "#")
    yield malformed("slash-appended", "A slash behind the digits.", TEXT + "/")
    yield malformed("letter-among-digits", "O for 0.", PREFIX + "O" + DIGITS[1:])


def addresses() -> Iterator[Scenario]:
    def fake(name: str, description: str, host: str, digits: str = DIGITS) -> Scenario:
        text = f"HTTPS://{host}/L/{digits}"
        return HERE.not_a_license(name, description, text, "look-alike-host")

    def retyped(name: str, description: str, text: str) -> Scenario:
        return HERE.not_a_license(name, description, text, "retyped-text")

    yield HERE.rejected(
        "another-districts-host",
        "Step 8: Chaoyang's license under Haidian's host, so that Haidian's page would open.",
        TEXT.replace(CHAOYANG.host, HAIDIAN.host),
        "issuer-mismatch",
    )
    yield fake("host-with-a-suffix", "A host that begins like ours.", f"{CHAOYANG.host}.CN.TEST")
    yield fake("host-with-a-prefix", "A host that ends like ours.", f"WWW.{CHAOYANG.host}")
    yield fake("host-with-0-for-o", "Zero for O.", CHAOYANG.host.replace("O", "0"))
    yield fake("host-with-a-dot-at-the-end", "Same name in DNS, other text.", CHAOYANG.host + ".")
    yield fake(
        "look-alike-host-with-malformed-digits",
        "A fake site is named as one even when its digits are nonsense.",
        "CHAOYANG-LICENSE.TEST",
        "12345",
    )
    longest = 2953 - len("HTTPS://CHAOYANG-LICENSE.TEST/L/")
    yield fake(
        "look-alike-host-of-2953-characters",
        "As long as a symbol's text can be.",
        "CHAOYANG-LICENSE.TEST",
        "1" * longest,
    )
    yield HERE.rejected(
        "look-alike-host-of-2954-characters",
        "Step 1: too long for a symbol, so nothing of it is looked into, not even the host.",
        "HTTPS://CHAOYANG-LICENSE.TEST/L/" + "1" * (longest + 1),
        "text-malformed",
    )
    yield HERE.not_a_license(
        "look-alike-host-in-a-city-code",
        "The same for profile city-code.",
        "HTTPS://CHAOYANG-LICENSE.TEST/C/01.110105.ZHXK.000.0003396120.00000",
        "look-alike-host",
    )
    yield retyped("lower-case", "A page's address copied from a browser.", TEXT.lower())
    yield retyped(
        "lower-case-host",
        "Browsers write hosts in lower case.",
        TEXT.replace(CHAOYANG.host, CHAOYANG.host.lower()),
    )
    yield retyped("lower-case-path", "/l/ for /L/.", TEXT.replace("/L/", "/l/"))
    yield retyped(
        "scheme-http", "No TLS: the page could be anybody's.", TEXT.replace("HTTPS", "HTTP")
    )
    yield retyped("blank-in-front", "A space before the text.", " " + TEXT)
    yield retyped(
        "port", "A port behind the host.", TEXT.replace(CHAOYANG.host, f"{CHAOYANG.host}:443")
    )
    yield retyped(
        "user-information",
        "Our host as user information of another host.",
        TEXT.replace(CHAOYANG.host, f"{CHAOYANG.host}@CHAOYANG-LICENSE.TEST"),
    )
    yield retyped(
        "full-width-host",
        "A host in full-width letters.",
        TEXT.replace("YZ.", "ＹＺ."),
    )
    yield HERE.not_a_license(
        "another-scheme", "Some other scheme.", TEXT.replace("HTTPS", "FTP"), "other-url"
    )
    yield HERE.not_a_license(
        "another-profile-letter",
        "/M/ is no profile of this version.",
        TEXT.replace("/L/", "/M/"),
        "other-url",
    )
    yield HERE.not_a_license("no-scheme", "Digits alone.", encode_digits(MESSAGE), "other-text")


def other_codes() -> Iterator[Scenario]:
    for name, text, code in (
        ("payment-wechat", "wxp://f2f0AbCdEfGhIjKlMnOpQrStUvWxYz", "payment-code"),
        ("payment-alipay", "HTTPS://QR.ALIPAY.COM/FKX000000000000000000", "payment-code"),
        ("payment-unionpay", "https://qr.95516.com/00010000/62000000000000", "payment-code"),
        ("payment-emv", "00020101021226580014A000000000000000520400005303156", "payment-code"),
        (
            "business-registration",
            "https://www.gsxt.gov.cn/index.html?uniscid=91110105MAXX00023Q",
            "business-registration-code",
        ),
        ("payment-in-another-case", "WxP://f2f0AbCdEfGhIjKlMnOpQrStUvWxYz", "payment-code"),
        ("scheme-with-a-long-s", "httpſ://menu.test/table/12", "other-text"),
        (
            "page-address-with-a-kelvin-sign",
            "https://yz.chaoyang.example/l/25017300459629277976679564319\u212a",
            "other-url",
        ),
        ("payment-host-and-a-query", "https://qr.alipay.com?x=1", "other-url"),
        ("payment-host-alone", "https://qr.alipay.com", "payment-code"),
        ("payment-host-as-a-prefix", "https://qr.alipay.com.pay.test/FKX0000", "other-url"),
        ("registration-host-as-a-prefix", "https://gsxt.gov.cn.query.test/", "other-url"),
        ("other-web-address", "https://menu.test/table/12", "other-url"),
        ("other-text", "WIFI:T:WPA;S:雾屿;P:coffee2026;;", "other-text"),
        ("control-characters", "\u0000\u0001\u0002", "other-text"),
        ("empty", "", "empty-text"),
        ("blank", " \t\r\n\u3000", "empty-text"),
    ):
        yield HERE.not_a_license(
            name, "Some other code on the wall: named, and never opened.", text, code
        )
