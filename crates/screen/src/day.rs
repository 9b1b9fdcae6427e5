//! Days as numbers, for lags.

use model::PartialDate;

/// Days since 1970-01-01 of a date known at least to its month; the middle of the month where the day is unknown.
pub(crate) fn day_number(date: PartialDate) -> Option<i32> {
    let month = i32::from(date.month()?);
    let day = i32::from(date.day().unwrap_or(15));
    // Howard Hinnant's civil calendar: years begin in March, so that the leap day is the last of its year.
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// The date of a day number.
pub(crate) fn date_of(day: i32) -> Option<PartialDate> {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    PartialDate::new(
        i16::try_from(year).ok()?,
        u8::try_from(month).ok(),
        u8::try_from(day).ok(),
    )
    .ok()
}

/// Whole months since January 2000.
pub(crate) fn month_number(day: i32) -> i32 {
    date_of(day).map_or(0, |date| {
        (i32::from(date.year()) - 2000) * 12 + i32::from(date.month().unwrap_or(1)) - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_through_leap_years_and_back() {
        for (date, day) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2022-02-24", 19_047),
        ] {
            let date = date.parse().unwrap();
            assert_eq!(day_number(date), Some(day), "{date}");
            assert_eq!(date_of(day), Some(date));
        }
        for day in (-400_000..100_000).step_by(97) {
            assert_eq!(date_of(day).and_then(day_number), Some(day));
        }
        assert_eq!(day_number("2022".parse().unwrap()), None);
        assert_eq!(month_number(19_047), 22 * 12 + 1);
    }
}
