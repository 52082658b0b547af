"""The platform's folders are found where platformdirs finds them."""

from __future__ import annotations

import sys

import platformdirs
import pytest

from funnelcli import folders

VALUES = [None, "", " ", "/srv/data", "/srv/with blank", "/srv/trailing/", "relative/base", " /srv"]


@pytest.mark.parametrize("home", ["/home/anna", "/", "", None, "relative", "/home/Jörg Öhm"])
@pytest.mark.parametrize("given", VALUES)
@pytest.mark.parametrize("android", [False, True])
def test_they_are_the_library_s(
    home: str | None, given: str | None, android: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"HOME": home, "XDG_CONFIG_HOME": given, "XDG_DATA_HOME": given}
    for name, value in values.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    if android:
        monkeypatch.setenv("ANDROID_DATA", "/data")
    assert folders.config_folder() == platformdirs.user_config_dir("funnel", appauthor=False)
    assert folders.data_folder() == platformdirs.user_data_dir("funnel", appauthor=False)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the library is always asked")
def test_the_usual_case_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    assert folders.config_folder() == "/home/anna/.config/funnel"
