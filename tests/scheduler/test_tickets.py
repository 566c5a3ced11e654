"""The draw's tickets, by a vector anyone can recompute: printf ID | openssl dgst -sha256 -hmac SEED."""

from scheduler.tickets import drawn_order, ticket


def test_a_known_vector():
    assert ticket("reference", "A00001") == "5cb85e114ee6fe89688d3e2ef98c198c80c97a14be2c87f0fd1fd47833bb1dd6"


def test_letters_of_any_script():
    assert len(ticket("بذرة", "صانع")) == 64
    assert ticket("بذرة", "صانع") != ticket("reference", "صانع")


def test_the_order_does_not_depend_on_the_order_of_arrival():
    names = [f"A{n}" for n in range(20)]
    assert drawn_order("s", names) == drawn_order("s", reversed(names))
    assert drawn_order("s", names) != names
    assert drawn_order("s", names) != drawn_order("t", names)
