"""Examples in the API's description; a test asks them and compares the answers."""

from typing import Any, Final

EXAMPLE_REQUESTS: Final[dict[str, Any]] = {
    "license": {
        "summary": "The text of a license's symbol, scanned at its premises",
        "value": {
            "text": "HTTPS://YZ.CHAOYANG.EXAMPLE/L/0123456789…",
            "near": {"latitude": 39.9219, "longitude": 116.4433},
        },
    },
    "payment": {
        "summary": "A payment code that hangs beside it",
        "value": {"text": "wxp://f2f0Zx8QmTn3"},
    },
}

EXAMPLE_VERDICT: Final[dict[str, Any]] = {
    "outcome": "attention",
    "reasons": [
        {
            "code": "pending-item",
            "severity": "warning",
            "message": {
                "zh": "《食品经营许可证》尚未许可。",
                "en": "Permit Food business permit is not granted yet.",
            },
            "next_step": {
                "zh": "检查是否已擅自经营该项。",
                "en": "Check that the activity has not begun without it.",
            },
            "kind": "food_business",
            "name": "食品经营许可证",
            "name_en": "Food business permit",
        }
    ],
    "license": {
        "number": "朝综许06-2030-00001",
        "version": 1,
        "industry": {"code": "06", "name": "书店", "name_en": "Bookshop"},
        "holder": {"name": "北京拾光纸页书店有限公司", "uscc": "91110105MAXX00015X"},
        "premises": {
            "address": "北京市朝阳区三里屯街道拾光里2号楼1层103",
            "latitude": 39.954,
            "longitude": 116.4855,
        },
        "issued_on": "2030-04-20",
        "expires_on": "2035-03-30",
        "issuer": {
            "code": "110105",
            "name": "北京市朝阳区政务服务局",
            "name_en": "Chaoyang District Government Services Bureau, Beijing",
        },
    },
    "permits": [
        {
            "kind": "publication_business",
            "name": "出版物经营许可证",
            "name_en": "Publication business permit",
            "number": "新出发京零字第朝300028号",
            "department": "相关单位",
            "department_en": "The authority concerned",
            "valid_until": "2035-03-30",
            "state": "in_force",
            "by_promise": False,
        }
    ],
    "pending": [
        {
            "kind": "food_business",
            "name": "食品经营许可证",
            "name_en": "Food business permit",
            "department": "区市场监管局",
            "department_en": "District Administration for Market Regulation",
            "mandatory": False,
        }
    ],
    "checked": {
        "signature": "passed",
        "issuer": "passed",
        "status": "passed",
        "registry": "passed",
        "place": "not_checked",
    },
    "as_of": {
        "now": "2031-05-20T14:03:22+08:00",
        "status": "2031-05-20T14:03:22+08:00",
        "trust": "2031-05-20T14:03:22+08:00",
        "registry": "2031-05-20T14:03:22+08:00",
    },
}
_PAYMENT_VERDICT: Final[dict[str, Any]] = {
    "outcome": "not_a_license",
    "reasons": [
        {
            "code": "payment-code",
            "severity": "fatal",
            "message": {
                "zh": "这是收付款码，不是综合许可凭证。",
                "en": "This is a payment code, not a composite license.",
            },
            "next_step": {
                "zh": "不要打开其中的链接或付款；请扫描综合许可凭证上的二维码。",
                "en": "Open no link in it and pay nothing;"
                " scan the symbol on the composite license.",
            },
        }
    ],
    "license": None,
    "permits": [],
    "pending": [],
    "checked": dict.fromkeys(("signature", "issuer", "status", "registry", "place"), "not_checked"),
    "as_of": {
        "now": "2031-05-20T14:03:22+08:00",
        "status": None,
        "trust": "2031-05-20T14:03:22+08:00",
        "registry": None,
    },
}
EXAMPLE_ANSWERS: Final[dict[str, Any]] = {
    "license": {"summary": "A license with a pending item", "value": EXAMPLE_VERDICT},
    "payment": {"summary": "A payment code", "value": _PAYMENT_VERDICT},
}
