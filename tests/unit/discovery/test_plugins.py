import pytest

from phlo.discovery import Plugin, PluginBroken, find_plugins


def test_the_commands_of_the_code_location_are_found():
    found = {plugin.name: plugin for plugin in find_plugins("phlo.cli")}

    assert {"materialize", "backfill", "status", "logs"} <= set(found)
    assert found["status"].source == "phlo"


def test_every_command_has_a_summary_without_importing_it():
    for plugin in find_plugins("phlo.cli"):
        if plugin.value.startswith("phlo_defs."):
            assert plugin.summary() not in {"", "From phlo."}, plugin.name


def test_a_group_nobody_adds_to_is_empty():
    assert find_plugins("phlo.nothing") == ()


@pytest.mark.parametrize("value", ["not_there:x", "json:not_there", "json.nope:x"])
def test_a_broken_plugin_is_reported_with_its_package(value):
    plugin = Plugin("phlo.cli", "broken", value, "phlo-broken")

    with pytest.raises(PluginBroken) as caught:
        plugin.load()

    assert "phlo-broken" in caught.value.problem
    assert caught.value.fix


def test_a_plugin_is_loaded_by_its_name():
    assert Plugin("g", "dumps", "json:dumps", "x").load()([1]) == "[1]"


def test_the_summary_of_a_broken_package_says_so():
    assert "broken" in Plugin("g", "x", "not_there.module:x", "phlo-broken").summary()
