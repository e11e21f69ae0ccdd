#pragma once
#include "tests/simulation/ports/sim_vendors.hpp"
#include "tests/simulation/swarm/coverage.hpp"
#include "tests/simulation/swarm/rng.hpp"
#include "tests/simulation/swarm/swarm.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace tidemark::sim {

/// Somebody whose data are in the systems. The oracle's truth: what was done, never what the engine
/// made of it.
struct Person {
  std::string tenant;
  std::string phone;             ///< E.164
  std::set<std::string> numbers; ///< every phone they ever had, so also this one
  std::string email;
  std::string origin; ///< the system where they were added
  std::string name;   ///< of the last edit
  std::uint32_t edits = 0;
  bool opted_out = false;
  bool removed = false;        ///< from some system, at some time
  std::set<std::string> names; ///< every first name they ever had
};

/// What people do in the vendors' own user interfaces.
class People {
public:
  People(SimVendors& vendors, std::string tenant, const Swarm& swarm, Rng rng, Coverage& coverage)
      : vendors_(vendors), tenant_(std::move(tenant)), swarm_(swarm), rng_(rng),
        coverage_(coverage) {}

  /// Somebody is added, or changed or removed where they are known. Says what, for the trace.
  /// `may_renumber`: whether somebody's number in the dialer may change just now.
  std::string act(const std::function<bool(const Person&)>& may_renumber);
  /// The worst moment: somebody whose last change is on its way opts out. Says who, "" for nobody.
  std::string opt_out_now();
  /// Somebody whom the engine knows sends a text message: STOP in some spelling, START, HELP or
  /// words that mean nothing. Says what, "nothing" when it knows nobody.
  std::string text(const std::function<bool(const Person&)>& is_known);
  const std::vector<Person>& all() const { return people_; }
  const std::string& tenant() const { return tenant_; }

  /// The address of the person at that place, who may not be known yet, for a list of opt-outs from
  /// elsewhere: from here on they count as opted out.
  std::string put_on_list(std::size_t place, bool by_phone);
  /// What a list of contacts says of somebody, perhaps of somebody whom no system has.
  sandbox::Json list_contact(Rng& rng);
  /// Nobody knows whether the list with them was taken.
  void may_be_nowhere(std::size_t place) { people_[place].removed = true; }
  /// Somebody sets the mark of whoever has the address in the dialer, which may tell nobody. Says
  /// whose, "" when nobody's.
  std::string mark_in_dialer(const std::string& address, bool told);

private:
  Person fresh();
  std::string add();
  std::string change(Person& person, const std::function<bool(const Person&)>& may_renumber);
  void renumber(Person& person, const std::string& id);
  bool opt_out(Person& person, const std::string& system);
  /// The id of the person's record in the system, "" when there is none.
  std::string record_of(const Person& person, const std::string& system) const;

  SimVendors& vendors_;
  const std::string tenant_;
  const Swarm& swarm_;
  Rng rng_;
  Coverage& coverage_;
  std::vector<Person> people_;
  std::size_t last_changed_ = 0; ///< index
  std::set<std::string> listed_; ///< addresses on lists of opt-outs
};

/// Messages that are opt-outs beyond doubt, as the law and the carriers have it.
const std::vector<std::string>& stop_texts();
/// Ways to write that one wants messages again.
const std::vector<std::string>& start_texts();

/// Is the text about the person, under whatever number they ever had?
bool is_about(const Person& person, std::string_view text);
/// The number that a record shows.
std::string phone_in(const sandbox::Json& record);

/// The person's records in the system, as it shows them.
std::vector<sandbox::Json> records_of(SimVendors& vendors, const std::string& system,
                                      const Person& person);

} // namespace tidemark::sim
