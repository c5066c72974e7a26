"""Exceptions become pages here and nowhere else: plain, in Chinese and English, without internals."""

from __future__ import annotations

import errno
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from assistant.condition import StoreCondition, damage_sentence
from assistant.i18n import lazy_gettext as _l
from assistant.web.sentences import said
from mediation_rooms.errors import InvalidEntry, NotFound, StaleVersion, StepNotAllowed

LOGGER = logging.getLogger("assistant.errors")
RETRY_AFTER_SECONDS = 20
SHORTEST_TYPED = 8
"""Words of at least this length are worth giving back when a form could not be saved."""


@dataclass(frozen=True)
class ErrorPage:
    """What a person reads: what happened and what to do now; English stands beside the Chinese."""

    title: object
    remedy: object
    english: str


PAGES: dict[int, ErrorPage] = {
    400: ErrorPage(
        _l("请求看不懂"),
        _l("请返回上一页再试一次；如果是保存的链接，可能已经不完整。"),
        "The request could not be understood. Go back and try again.",
    ),
    403: ErrorPage(
        _l("不能这样操作"),
        _l("可能是页面开得太久，请刷新后再试；也可能这件事不由您的岗位办理。"),
        "This is not allowed. The page may have been open too long: reload it and try again.",
    ),
    404: ErrorPage(
        _l("没有找到这一页"),
        _l("地址可能写错了，或者内容已经移走。可以回首页重新查找。"),
        "This page does not exist. Start again from the first page.",
    ),
    405: ErrorPage(
        _l("不能这样打开"),
        _l("请从页面上的按钮进入。"),
        "This address cannot be opened this way. Use the buttons on the page.",
    ),
    409: ErrorPage(
        _l("这一步现在还不能办"),
        _l("请看下面的原因，补齐以后再试。"),
        "This step cannot be taken now; the page says why.",
    ),
    413: ErrorPage(
        _l("文件太大"),
        _l("请换小一些的文件，或者分几次上传。"),
        "The file is too large. Choose a smaller one or split it.",
    ),
    415: ErrorPage(
        _l("文件类型不能用"),
        _l("请换成页面上说明的文件类型。"),
        "This kind of file cannot be used.",
    ),
    422: ErrorPage(
        _l("填写的内容有问题"),
        _l("请按下面的提示改正后再提交，已经填的内容没有丢。"),
        "Some entries need correcting; the page says which.",
    ),
    429: ErrorPage(
        _l("操作太快了"),
        _l("请等一会儿再试。"),
        "Too many requests. Wait a little and try again.",
    ),
    500: ErrorPage(
        _l("程序出错了"),
        _l("不是您的问题。请稍后再试；如果一直这样，请把下面的编号告诉管理员。"),
        "Something went wrong on our side. Try again later, or give the number below to the administrator.",
    ),
    503: ErrorPage(
        _l("正在准备，请稍等"),
        _l("系统正在整理数据，一般不到一分钟就好。请过一会儿刷新。"),
        "The system is preparing its data. Reload in a minute.",
    ),
    507: ErrorPage(
        _l("磁盘满了，没有保存"),
        _l("这台机器的磁盘已满或不能写入。刚才的内容没有存上，以前存的都在。请联系管理员清理磁盘后再试。"),
        "The disk is full or read-only. Nothing was saved just now; everything saved before is safe.",
    ),
}
BROKEN = ErrorPage(
    _l("数据库要管理员处理"),
    _l("刚才的内容没有存上。请把下面的话告诉管理员，处理好以前先不要办案。"),
    "The database needs the administrator. Nothing was saved just now; show the administrator this page.",
)
"""A database that will not come back by waiting."""
DISK_SIGNS = (
    "disk is full", "readonly database", "disk I/O error", "No space left", "unable to open database file",
    "read-only transaction", "Read-only file system",
)  # fmt: skip
DAMAGE_SIGNS = ("malformed", "not a database", "invalid page in block", "could not read block")
SCHEMA_SIGNS = ("no such table", "no such column")
SCHEMA_STATES = frozenset({"42P01", "42703"})
"""PostgreSQL's undefined table and undefined column."""
DISK_NUMBERS = frozenset({errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EFBIG})


def wants_json() -> bool:
    """Whether the answer to this request is for a program."""
    return request.path.startswith("/api/") or request.path == "/health"


def show(
    status: int,
    reasons: list[str] | None = None,
    *,
    headers: dict[str, str] | None = None,
    page: ErrorPage | None = None,
) -> Response:
    """The error page (or its JSON twin) for ``status`` with complete sentences as reasons."""
    page = page or PAGES.get(status, PAGES[500 if status >= 500 else 400])
    number = g.get("request_id", "")
    if wants_json():
        body = {"status": status, "title": str(page.title), "problems": reasons or [], "request": number}
        response = make_response(jsonify(body), status)
        response.content_type = "application/problem+json"
    else:
        response = make_response(_page(page, status, reasons or [], number), status)
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def _page(page: ErrorPage, status: int, reasons: list[str], number: str) -> str | Response:
    """The rendered page; plain words when even the page cannot be made (no database, broken template)."""
    try:
        return render_template(
            "errors/page.html",
            page=page,
            status=status,
            reasons=reasons,
            number=number,
            typed=_typed(status),
            back=_page_before(),
        )
    except Exception as second:  # the last line of defence: whatever fails, a person reads a sentence
        _log(second)
        words = "\n".join(
            [str(page.title), str(page.remedy), *reasons, page.english, number, *_typed(status)]
        )
        return Response(words, mimetype="text/plain")


def _page_before() -> str:
    """The path of this site from which the visitor came, to go back to; empty when it was another house's."""
    before = urlsplit(request.referrer or "")
    is_here = before.netloc == request.host and before.path != request.path
    if not is_here or before.path[:1] != "/" or before.path[1:2] in ("/", "\\"):
        return ""
    return f"{before.path}?{before.query}" if before.query else before.path


def _typed(status: int) -> list[str]:
    """What the person wrote into a form that could not be saved, to be copied or sent again: never lost.

    Short entries and everything of signing in and accounts stay out; the page is never stored.
    """
    if status not in (503, 507) or request.method != "POST" or request.blueprint in ("sign_in", "account"):
        return []
    values = [value for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return [value for value in values if len(value.strip()) >= SHORTEST_TYPED]


def install(app: Flask) -> None:
    """Register every handler. The order of specificity is Flask's own."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.response is not None:
            return make_response(error.response)
        reasons = _refused_arguments(error) or _own_words(error)
        headers = {
            name: value
            for name, value in error.get_headers()
            if name.lower() in ("retry-after", "allow", "www-authenticate")
        }
        return show(error.code or 500, reasons, headers=headers)

    @app.errorhandler(NotFound)
    def _not_found(_error: NotFound) -> Response:
        return show(404)

    @app.errorhandler(StepNotAllowed)
    def _step(error: StepNotAllowed) -> Response:
        return show(409, [said(reason) for reason in error.reasons])

    @app.errorhandler(StaleVersion)
    def _stale(error: StaleVersion) -> Response:
        return show(409, [str(error)])

    @app.errorhandler(StaleDataError)
    def _stale_row(_error: StaleDataError) -> Response:
        return show(409, [str(_l("这份材料刚刚被别人改过，请打开最新的一份再改。"))])

    @app.errorhandler(InvalidEntry)
    def _invalid(error: InvalidEntry) -> Response:
        return show(422, [said(problem) for problem in error.problems.values()])

    @app.before_request
    def _no_nul() -> None:
        if "\x00" in request.path:  # no name has one, and PostgreSQL refuses to look for it
            abort(404)

    @app.errorhandler(DataError)
    def _not_storable(error: DataError) -> Response:
        _log(error)
        return show(400, [str(_l("填的内容里有存不下的字符或过大的数，请改掉再试；没有保存任何东西。"))])

    @app.errorhandler(DBAPIError)
    def _database(error: DBAPIError) -> Response:
        _log(error)
        if any(sign in str(error.orig) for sign in DISK_SIGNS):
            return show(507)
        if any(sign in str(error.orig) for sign in DAMAGE_SIGNS):
            condition: StoreCondition = app.extensions["condition"]
            condition.look_again()
            return show(503, [damage_sentence()], page=BROKEN)
        if _misses_a_table_or_column(error):
            problem = _schema_problem(app)
            return show(503, [problem], page=BROKEN) if problem else show(500)
        if not isinstance(error, OperationalError | InterfaceError) and not error.connection_invalidated:
            return show(500)
        away = [
            str(
                _l(
                    "数据库正在重新启动或者太忙。刚才的内容没有存上，以前存的都在；过半分钟返回上一页再按一次保存。"
                )
            )
        ]
        return show(503, away, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})

    @app.errorhandler(OSError)
    def _system(error: OSError) -> Response:
        _log(error)
        return show(507 if error.errno in DISK_NUMBERS else 500)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        _log(error)
        return show(500)


def _misses_a_table_or_column(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", "")
    return state in SCHEMA_STATES or any(sign in str(error.orig) for sign in SCHEMA_SIGNS)


def _schema_problem(app: Flask) -> str:
    """What to do when nobody migrated; empty when the tables are the programme's own."""
    condition: StoreCondition = app.extensions["condition"]
    try:
        return condition.schema_problem()
    except SQLAlchemyError:
        return ""


def _refused_arguments(error: HTTPException) -> list[str]:
    """The sentences of refused API arguments, each with the name of its argument."""
    messages = (getattr(error, "data", None) or {}).get("messages", {})
    return [
        f"{name}: {sentence}"
        for arguments in messages.values()
        if isinstance(arguments, dict)
        for name, sentences in arguments.items()
        for sentence in (sentences if isinstance(sentences, list) else [sentences])
    ]


def _own_words(error: HTTPException) -> list[str]:
    """The sentence a view gave the error; the library's English default is none."""
    own = error.description
    return [own] if own and own != type(error).description else []


def _log(error: BaseException) -> None:
    LOGGER.error(
        "unexpected",
        exc_info=(type(error), error, error.__traceback__),
        extra={
            "request": g.get("request_id", ""),
            "route": request.url_rule.rule if request.url_rule else "(none)",
        },
    )
