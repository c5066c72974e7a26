"""`flask --app wsgi accounts first|create|reset|list`: people who sign in."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from assistant.cli.entry import case_store
from corpus.database import Store
from mediation_rooms import accounts as verbs
from mediation_rooms.actor import programme
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.permissions import Role, as_markdown

accounts = AppGroup("accounts", help="账户 / accounts")
BY_COMMAND = programme("命令行")


def _store() -> Store:
    return case_store("自助终端没有账户 / a kiosk has no accounts")


@accounts.command("first")
@click.argument("user_name")
@click.option("--name", "display_name", required=True, help="姓名")
@with_appcontext
def first(user_name: str, display_name: str) -> None:
    """Make the first administrator and print a one-time code; refuses when an account exists."""
    with _store().reading() as session:
        if verbs.first_administrator_exists(session):
            raise click.ClickException("已经有账户了；新的账户请由管理员在页面上建立")
    _create(user_name, display_name, frozenset({Role.ADMINISTRATOR}), None, None)


@accounts.command("create")
@click.argument("user_name")
@click.option("--name", "display_name", required=True)
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]))
@click.option("--room", "room_id", type=int)
@click.option("--division", "division_code")
@with_appcontext
def create(
    user_name: str, display_name: str, roles: tuple[str, ...], room_id: int | None, division_code: str | None
) -> None:
    """Make an account and print its one-time code."""
    _create(user_name, display_name, frozenset(Role(role) for role in roles), room_id, division_code)


def _create(
    user_name: str, display_name: str, roles: frozenset[Role], room_id: int | None, division_code: str | None
) -> None:
    try:
        with _store().writing() as session:
            _account, code = verbs.create_account(
                session,
                actor=BY_COMMAND,
                user_name=user_name,
                display_name=display_name,
                roles=roles,
                room_id=room_id,
                division_code=division_code,
                now=datetime.now(UTC),
            )
    except InvalidEntry as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"一次性代码（三天内有效）：{code}")
    click.echo("请本人打开登录页，用它设置密码 / open /sign-in/first to set a password")


@accounts.command("reset")
@click.argument("user_name")
@with_appcontext
def reset(user_name: str) -> None:
    """Take the password and second factor away and print a one-time code."""
    with _store().writing() as session:
        account = verbs.find_by_user_name(session, user_name)
        if account is None:
            raise click.ClickException("没有这个用户名")
        code = verbs.reset(session, account, actor=BY_COMMAND, now=datetime.now(UTC))
    click.echo(f"一次性代码（三天内有效）：{code}")


@accounts.command("list")
@with_appcontext
def list_accounts() -> None:
    """Print all accounts."""
    with _store().reading() as session:
        for account in session.scalars(select(verbs.Account).order_by(verbs.Account.user_name)):
            state = "停用" if account.is_disabled else "正常" if account.password_hash else "等设密码"
            click.echo(f"{account.user_name}\t{account.display_name}\t{account.roles_text}\t{state}")


@accounts.command("permissions")
def permissions() -> None:
    """Print the table of permissions for the documentation."""
    click.echo(as_markdown(), nl=False)


COMMANDS = (accounts,)
