"""`hallmonitor`: the table of commands; each is loaded when it is asked for, so that help is quick."""

import importlib

import click

COMMANDS = {
    "parse": "raw records of one product as events, one JSON line each",
    "sources": "which product wrote which log; whether a vendor's API can be pulled",
    "products": "every product whose logs can be read",
    "judge": "judge a district folder in one process, without servers",
    "check": "judge it and compare with its expected.yaml",
    "run": "read, judge and store a folder through Kafka, Faust and ClickHouse",
    "simulate": "write a district with planted violations and look-alikes",
    "up": "start the embedded stack",
    "down": "stop it",
    "status": "addresses, lag, rates, sources, dead letters",
    "reset": "delete all that the embedded stack stored",
    "dashboard": "the web view, with a login",
    "demo": "simulate a district, run it, and serve the dashboard",
    "violations": "what was found",
    "show": "one violation with its proof",
    "triage": "decide where a violation stands: its state, outcome, who handles it",
    "case": "what people do about violations: open, add, note, attach, share, close, show, list",
    "report": "coverage of a person, device or account; uniform enforcement; the roll-over of a term",
    "timeline": "everything about a person, account, device or address",
    "search": "events by account, person, device, address, MAC or host",
    "replay": "judge history again from ClickHouse",
    "exemption": "what an exemption would have hidden, before it is given",
    "dead-letters": "what could not be read; list, retry",
    "users": "the people who may use it and their roles: add, list, disable, passwd, roles",
    "unmask": "learn who a pseudonym is, for a case or with a second person",
    "searches": "who looked for whom, why, and how much they were shown",
    "casework": "what people decided and searched for, and what they were refused",
    "hold": "keep records that a request, lawsuit, incident or audit needs",
    "incident": "what was exposed in an incident, which breach law binds, and the letters",
    "receipt": "what a vendor's session did, signed by the vendor's project manager: list, show, sign",
    "request": "answer a request for public records: open, collect, decide, letter, produce, close",
    "retention": "destroy records whose retention time is over, with a certificate",
    "ledger": "verify that nothing stored was changed; prove a row",
    "verify": "check an exported folder offline: a production, a case, letters",
    "clock": "when a legal deadline falls, and how it was counted",
    "policy": "check a policy pack or district folder",
    "schema": "JSON Schema of event, violation, district, policy",
}


class Commands(click.Group):
    """Commands by name, imported on use from `cli.<name>`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order a newcomer meets them."""
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names; a usage error says what is written much like it."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from cli.known import near

            ctx.fail(f"there is no command {args[0]!r}{near(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command `name`, or None, which `resolve_command` turns into a usage error with what is near."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"cli.{name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what stands in its way is said in a sentence."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from cli.plain_errors import as_sentence  # here, so that help does not wait for it

            if said := as_sentence(error):
                raise said from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line each, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hallmonitor", prog_name="hallmonitor")
def main() -> None:
    """The audit trail of a school district: raw logs in, proven policy violations out.

    To try it, run `hallmonitor demo`. To use your own logs, put them into a folder laid out like the one that
    `hallmonitor simulate DIR` makes. Then run `hallmonitor judge DIR`.

    Results go to stdout, messages to stderr. A command exits with 0 when it did what you asked, with 1 when it found a
    problem or nothing to show, and with 2 when it was called the wrong way.
    """
    from cli.words import speak  # here, so that help does not wait for it

    speak()
