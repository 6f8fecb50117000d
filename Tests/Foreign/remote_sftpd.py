"""An SFTP server that is not OpenSSH: PORT ROOT HOSTKEY LOG OPTIONS(JSON); every try to log in goes to LOG, one a line.

Options: user, password, way ("password", or "keyboard" for a server that only asks questions).
"""
import asyncio
import json
import sys

import asyncssh

port, root, key, log, options = int(sys.argv[1]), sys.argv[2], sys.argv[3], open(sys.argv[4], "a"), json.loads(sys.argv[5])
user, password = options.get("user", "recorder"), options.get("password", "right")
asks = options.get("way") == "keyboard"


class Server(asyncssh.SSHServer):
    def connection_made(self, connection):
        # A password is nobody's business.
        print("connection", file=log, flush=True)

    def begin_auth(self, name):
        return True

    def password_auth_supported(self):
        return not asks

    def validate_password(self, name, word):
        print("password", name, file=log, flush=True)
        return (name, word) == (user, password)

    def kbdint_auth_supported(self):
        return asks

    def get_kbdint_challenge(self, name, language, methods):
        print("questions", name, file=log, flush=True)
        self.name = name
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, name, words):
        return (name, words) == (user, [password])


def files(channel):
    return asyncssh.SFTPServer(channel, chroot=root)


async def serve():
    await asyncssh.create_server(Server, "127.0.0.1", port, server_host_keys=[key], sftp_factory=files)
    await asyncio.Event().wait()


asyncio.run(serve())
