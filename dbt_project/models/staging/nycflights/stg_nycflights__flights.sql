with flights as (
    select * from {{ source('nycflights', 'flights') }}
),

renamed as (
    select
        carrier as carrier_code,
        flight as flight_number,
        tailnum as tail_number,
        origin as origin_code,
        dest as destination_code,

        dep_delay as departure_delay_min,
        arr_delay as arrival_delay_min,
        air_time as air_time_min,
        distance as distance_miles,
        hour as scheduled_hour,

        dep_time is not null as has_departed,
        arr_time is not null as has_landed,

        {{ phlo_date('year', 'month', 'day') }} as flight_date,
        time_hour as scheduled_hour_at,
        _phlo_ingested_at as loaded_at
    from flights
)

select * from renamed
