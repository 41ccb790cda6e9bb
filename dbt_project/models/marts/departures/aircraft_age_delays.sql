with flights as (
    select * from {{ ref('int_flights_flagged') }}
),

planes as (
    select * from {{ ref('stg_nycflights__planes') }}
),

bands as (
    select * from {{ ref('aircraft_age_bands') }}
),

aged as (
    select
        flights.departure_delay_min,
        flights.arrival_delay_min,
        extract(year from flights.flight_date) - planes.manufactured_year as age_years,

        flights.is_cancelled,
        flights.is_diverted,
        flights.is_late
    from flights
    left join planes on flights.tail_number = planes.tail_number
),

banded as (
    select
        coalesce(bands.age_band, 'unknown') as age_band,

        coalesce(bands.from_years, -1) as from_years,
        aged.departure_delay_min,
        aged.arrival_delay_min,

        aged.is_cancelled,
        aged.is_diverted,
        aged.is_late
    from aged
    left join bands
        on aged.age_years >= bands.from_years
        and aged.age_years <= bands.to_years
),

by_age as (
    select
        age_band,

        from_years,
        {{ delay_measures() }}
    from banded
    group by age_band, from_years
)

select * from by_age
