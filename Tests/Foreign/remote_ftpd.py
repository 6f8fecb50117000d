"""An FTP server with the faults of the field: PORT ROOT LOG OPTIONS(JSON); every command goes to LOG, one a line.

Options: password, encoding (of names on the wire), mlsd (false: RFC 3659 unknown), delete (false: refused), rest (false),
slow (bytes a second), short (bytes after which each file ends although more was promised), dies (lines of a listing after
which the server is gone), certificate and key (TLS required), busy (421 instead of a login).
"""
import io
import json
import os
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import FTPHandler, ThrottledDTPHandler
from pyftpdlib.servers import FTPServer

port, root, log, options = int(sys.argv[1]), sys.argv[2], open(sys.argv[3], "a"), json.loads(sys.argv[4])
base = FTPHandler
if "certificate" in options:
    from pyftpdlib.handlers import TLS_FTPHandler

    class base(TLS_FTPHandler):
        certfile, keyfile = options["certificate"], options["key"]
        tls_control_required = tls_data_required = True


class Files(AbstractedFS):
    def open(self, name, mode):
        file = super().open(name, mode)
        return io.BytesIO(file.read(options["short"])) if "short" in options else file

    def cut(self, lines):
        for number, line in enumerate(lines):
            if number >= options.get("dies", 1 << 60):
                os._exit(1)
            yield line

    def format_list(self, *rest, **named):
        return self.cut(super().format_list(*rest, **named))

    def format_mlsx(self, *rest, **named):
        return self.cut(super().format_mlsx(*rest, **named))


class Handler(base):
    abstracted_fs = Files
    banner = "recorder"
    auth_failed_timeout = 0.1
    encoding = options.get("encoding", "utf8")
    proto_cmds = {
        name: what
        for name, what in base.proto_cmds.items()
        if not (name.startswith("MLS") and not options.get("mlsd", True))
        and not (name == "REST" and not options.get("rest", True))
    }

    def pre_process_command(self, line, cmd, arg):
        # A password is nobody's business.
        print(cmd, "" if cmd == "PASS" else arg, file=log, flush=True)
        if cmd == "USER" and options.get("busy"):
            self.respond("421 Too many users.")
            return self.close_when_done()
        super().pre_process_command(line, cmd, arg)


class Data(ThrottledDTPHandler):
    write_limit = options.get("slow", 0)


if "certificate" not in options:
    Handler.dtp_handler = Data
Handler.authorizer = DummyAuthorizer()
Handler.authorizer.add_user("recorder", options.get("password", "right"), root, perm="elr" + ("d" if options.get("delete", True) else ""))
FTPServer(("127.0.0.1", port), Handler).serve_forever(handle_exit=False)
