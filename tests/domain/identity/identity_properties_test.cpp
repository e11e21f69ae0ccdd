#include "tests/domain/identity/identity_house.hpp"

#include <rapidcheck/gtest.h>

#include <set>

/// What holds of identity whatever records come, in whatever order.
namespace tidemark::domain::identity_properties_test {
namespace {

using namespace test;

const std::vector<ConnectorName> systems{crm, dialer, hub};
const std::vector<std::string> phones{"", "+12025550142", "+12025550143", "not a number"};
const std::vector<std::string> emails{"", "jane@example.com", "JANE@Example.com",
                                      "max@example.com"};
const std::vector<std::string> given_names{"", "Jane", "Max", "Jané"};

/// What happens next: numbers only, so that a failing run shrinks to a short one.
struct Step {
  std::uint8_t kind = 0, system = 0, id = 0, phone = 0, email = 0, name = 0;
};
void showValue(const Step& s, std::ostream& out) {
  out << "kind " << int(s.kind) << " of " << systems[s.system % 3].value << " r-" << int(s.id)
      << " '" << phones[s.phone % 4] << "' '" << emails[s.email % 4] << "' '"
      << given_names[s.name % 4] << "'";
}

rc::Gen<std::vector<Step>> steps() {
  const auto small = [](std::uint8_t below) { return rc::gen::inRange<std::uint8_t>(0, below); };
  return rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
      rc::gen::set(&Step::kind, small(9)), rc::gen::set(&Step::system, small(3)),
      rc::gen::set(&Step::id, small(4)), rc::gen::set(&Step::phone, small(4)),
      rc::gen::set(&Step::email, small(4)), rc::gen::set(&Step::name, small(4))));
}

ObserveRecord observed(const Step& step) {
  const auto id = step.id == 0 ? "" : "r-" + std::to_string(step.id);
  auto out = record(systems[step.system], id,
                    {{Field::phone, phones[step.phone]},
                     {Field::email, emails[step.email]},
                     {Field::first_name, given_names[step.name]}});
  out.phone_is_key = step.system == 1;
  out.removed = step.kind == 1;
  return out;
}

void play(House& house, const Step& step) {
  const auto cards = house.cards();
  const auto& system = systems[step.system];
  const auto id = "r-" + std::to_string(step.id);
  house.create_is_out = step.kind == 2;
  if (step.kind == 3 && !cards.empty())
    house.learns(cards[step.phone % cards.size()].contact, system, id);
  else if (step.kind == 4 && !cards.empty())
    house.learns(cards[step.phone % cards.size()].contact, system, id,
                 "r-" + std::to_string(step.email));
  else if (step.kind == 5 && !cards.empty())
    house.forgets(cards[step.phone % cards.size()].contact, system, id);
  else
    house.sees(observed(step));
}

std::vector<Hash16> proven_keys(const IdentityCard& card) {
  std::vector<Hash16> out;
  for (const auto* addresses : {&card.phones, &card.emails})
    for (const auto& address : *addresses)
      out.push_back(address.value);
  for (const auto& record : card.records)
    out.push_back(record.remote_id_hash);
  return out;
}

RC_GTEST_PROP(Identity, NoTwoContactsShareAProvenKey, ()) {
  House house;
  for (const auto& step : *steps()) {
    play(house, step);
    std::set<Hash16> seen;
    for (const auto& card : house.cards())
      for (const auto& key : proven_keys(card))
        RC_ASSERT(seen.insert(key).second);
  }
}

RC_GTEST_PROP(Identity, TheSameRecordsGiveTheSameContactsAgain, ()) {
  House first, second;
  for (const auto& step : *steps()) {
    play(first, step);
    play(second, step);
    RC_ASSERT(first.last().size() == second.last().size());
    for (std::size_t i = 0; i < first.last().size(); ++i) {
      RC_ASSERT(first.last()[i].event == second.last()[i].event);
      RC_ASSERT(first.last()[i].tags == second.last()[i].tags);
    }
  }
}

RC_GTEST_PROP(Identity, WhatWasSeenTwiceTeachesNothingNew, ()) {
  House house;
  for (const auto& step : *steps())
    play(house, step);
  const auto small = [](int from) { return static_cast<std::uint8_t>(*rc::gen::inRange(from, 4)); };
  const Step again{0,       static_cast<std::uint8_t>(small(1) - 1), small(1), small(0), small(0),
                   small(0)};
  const auto contact = house.sees(observed(again)).contact;
  RC_ASSERT(house.sees(observed(again)).contact == contact);
  RC_ASSERT(house.events() == 1U);
}

} // namespace
} // namespace tidemark::domain::identity_properties_test
